"""What a reader writes: variables, laws, densities, functionals, schedules, in the order typed."""
