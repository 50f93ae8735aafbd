"""What a drawing is: records, their changes, and what they mean; knows neither Qt nor torch."""
