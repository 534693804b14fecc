"""Workbooks in Open XML (.xlsx, .xlsm): a careful reader, and a fast lane that gives the same."""
