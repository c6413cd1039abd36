using XdpAudit.Conformance;
using Xunit;

namespace XdpAudit.ConformanceTests;

/// <summary>What a sink promises. Derive one class for each sink and each form in which it delivers.</summary>
public abstract class SinkConformanceTests
{
    /// <summary>The promises.</summary>
    public static IReadOnlyList<TheoryDataRow<string>> Promised { get; } = Rows.Of<SinkSuite>();

    /// <summary>A new receiver with its sink; one is made for each promise.</summary>
    protected abstract ISinkReceiver Build();

    /// <summary>One promise, kept with a receiver of its own.</summary>
    [Theory]
    [MemberData(nameof(Promised))]
    public async Task Keeps(string promise)
    {
        await using var receiver = Build();
        await receiver.ComeAsync();
        await using var sink = receiver.Sink;
        await Promises.KeepAsync(new SinkSuite(receiver, TestContext.Current.CancellationToken), promise);
    }
}
