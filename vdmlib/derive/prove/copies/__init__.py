"""Independent copies of one draw: a line about x_1, …, x_K becomes a line about one x.

Under p(x_1:K) with `iid=True` an average of a polynomial in sums over the copies is a polynomial in averages over one copy:
E (Σ f(x_i))² = K E f² + K (K − 1) (E f)², by who equals whom among the copies. What is no polynomial, such as the log of a
sum, is a number of its own, the same wherever the same stands under as many copies; before, what is symmetric in the copies
makes any one of them as good as their mean: E[f(x_1)/Σ g(x_i)] = E[Σ f(x_i)/Σ g(x_i)]/K.

A line that is proved so is proved for every law and every number of copies. What the rules do not fit is not decided.
"""
