// Every test looks at the whole host and at all descriptors of this process: another test beside it would be part of what it sees.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
