"""What is given is looked at here on its way in, and refused in a sentence that says what is wanted."""
