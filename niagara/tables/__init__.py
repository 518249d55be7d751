"""Rows from files and into files, whatever they are rows of: reading, checking, all or none, writing."""
