"""The review screen: store in, pixels out. It never analyses."""
