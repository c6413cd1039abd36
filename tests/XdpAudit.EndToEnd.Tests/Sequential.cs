// The kernel is one, and one auditor looks at it when told: two tests at once would see halves of each other's acts.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(XdpAudit.EndToEnd.Tests.OneAuditor))]
