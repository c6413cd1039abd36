using XdpAudit.Conformance;
using Xunit;

namespace XdpAudit.ConformanceTests;

/// <summary>The promises of a suite as rows of a theory: each is told by its sentence.</summary>
internal static class Rows
{
    internal static IReadOnlyList<TheoryDataRow<string>> Of<TSuite>() => [.. Promises.Of<TSuite>().Select(promise => new TheoryDataRow<string>(promise) { TestDisplayName = promise })];
}
