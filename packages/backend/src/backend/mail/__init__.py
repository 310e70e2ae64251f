"""Mail: what is sent, once each, by SMTP or into a folder."""
