using XdpAudit.Abstractions;
using XdpAudit.Conformance;
using Xunit;

namespace XdpAudit.ConformanceTests;

/// <summary>What a sensor promises. Derive one class for each sensor.</summary>
public abstract class SensorConformanceTests
{
    /// <summary>The promises.</summary>
    public static IReadOnlyList<TheoryDataRow<string>> Promised { get; } = Rows.Of<SensorSuite>();

    /// <summary>A new sensor, not started; one is made for each promise. Skip here where the machine has not what it takes.</summary>
    protected abstract ISensor Build();

    /// <summary>Has something happen that the sensor must hear; null where nothing can be had to happen.</summary>
    protected virtual Func<Task>? Provoke => null;

    /// <summary>One promise, kept by a sensor of its own.</summary>
    [Theory]
    [MemberData(nameof(Promised))]
    public async Task Keeps(string promise)
    {
        await using var sensor = Build();
        await Promises.KeepAsync(new SensorSuite(sensor, Provoke, TestContext.Current.CancellationToken), promise);
    }
}
