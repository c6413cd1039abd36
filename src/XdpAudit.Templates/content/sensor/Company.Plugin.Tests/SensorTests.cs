using Company.Plugin;
using XdpAudit.Abstractions;
using XdpAudit.ConformanceTests;

namespace Company.Plugin.Tests;

/// <summary>What every sensor promises. Once it hears something, override <c>Provoke</c>: have it happen, and it must be heard.</summary>
public sealed class SensorTests : SensorConformanceTests
{
    protected override ISensor Build() => new Sensor();
}
