"""The same trainings by Neuroloom's worker, by loops written by hand, and by other libraries; `table` compares them."""
