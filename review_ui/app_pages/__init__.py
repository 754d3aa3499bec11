"""One module per page. (A folder called `pages` beside the script would wake Streamlit's old page discovery.)"""
