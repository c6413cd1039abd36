// Every test hears the whole host: storms of another test beside it would fill its rings.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
