"""Sessions: who is signed in, by a cookie."""
