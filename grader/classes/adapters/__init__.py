"""The judge as the scorer of libraries that evaluate and train models; each file needs its library, and nothing else does."""
