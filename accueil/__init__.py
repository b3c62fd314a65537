"""Reception: points, people and their dated roles, partners, themes, visits."""
