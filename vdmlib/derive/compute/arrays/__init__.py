"""Vectors and matrices of any dimension in normal form."""
