module example.invalid/yab/pause

go 1.26.4
