"""What is found out by training more than once, or other than to the end: each study is a process with a folder."""
