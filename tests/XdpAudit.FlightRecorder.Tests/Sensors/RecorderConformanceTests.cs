using XdpAudit.ConformanceTests;

namespace XdpAudit.FlightRecorder.Tests;

public sealed class RecorderConformanceTests : SensorConformanceTests
{
    protected override Func<Task> Provoke => () =>
    {
        Recorder.Storm(1);
        return Task.CompletedTask;
    };

    protected override ISensor Build()
    {
        Requires.RootAndBpf();
        return new FlightRecorderSensor(new());
    }
}
