using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace XdpAudit.Hosting;

/// <summary>The plugin of this process, called by the auditor. An exception goes back as words and is its fault there.</summary>
internal sealed class HostedPlugin(Func<LogLevel, ILoggerFactory> loggers) : IPluginWire
{
    private ActivatedPlugin? _plugin;

    /// <summary>The auditor needs this process no longer.</summary>
    internal TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private IExecutor Executor => _plugin!.Executor!;

    private ISensor Sensor => _plugin!.Sensor!;

    private ISink Sink => _plugin!.Sink!;

    public Task<PluginStarted> StartAsync(PluginStart start, CancellationToken cancellation)
    {
        try
        {
            var options = new ConfigurationBuilder().AddInMemoryCollection(start.Options).Build();
            _plugin = PluginActivation.Activate(
                start.Entry, new HostFacts(start.Id, options, TimeProvider.System, start.AuditorPid), loggers((LogLevel)start.LogLevel));
            return Task.FromResult(new PluginStarted
            {
                Version = _plugin.Version, Brings = _plugin.Brings, Detectors = [.. _plugin.Detectors.Select(d => new HostedDetector(d.Id, d.Rules))],
            });
        }
        catch (PluginRefusedException refused)
        {
            return Task.FromResult(new PluginStarted { Code = refused.Code, Why = refused.Message });
        }
#pragma warning disable CA1031 // whatever goes wrong in a plugin's start is a reason to refuse it
        catch (Exception cause)
#pragma warning restore CA1031
        {
            return Task.FromResult(new PluginStarted { Code = "plugin.failed", Why = $"{cause.GetType().Name}: {cause.Message}" });
        }
    }

    public Task PingAsync(CancellationToken cancellation) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellation)
    {
        if (_plugin is { } plugin)
        {
            await plugin.DisposeAsync();
        }

        Ended.TrySetResult();
    }

    public Task<ExecutorDescriptor> DescribeExecutorAsync(CancellationToken cancellation) => Executor.DescribeAsync(cancellation).AsTask();

    public Task<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation) =>
        Executor.LoadAsync(request, context, cancellation).AsTask();

    public Task<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation) =>
        Executor.AttachAsync(request, context, cancellation).AsTask();

    public Task<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation) =>
        Executor.DetachAsync(request, context, cancellation).AsTask();

    public Task<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) =>
        Executor.UnloadAsync(request, context, cancellation).AsTask();

    public Task<Outcome<AttachedProgram>> UpdateLinkAsync(UpdateLinkRequest request, OperationContext context, CancellationToken cancellation) =>
        Executor.UpdateLinkAsync(request, context, cancellation).AsTask();

    public Task<Outcome<PinResult>> PinAsync(PinRequest request, OperationContext context, CancellationToken cancellation) =>
        Executor.PinAsync(request, context, cancellation).AsTask();

    public Task<Outcome<PinResult>> UnpinAsync(UnpinRequest request, OperationContext context, CancellationToken cancellation) =>
        Executor.UnpinAsync(request, context, cancellation).AsTask();

    public Task<Outcome<AdoptedObject>> AdoptAsync(AdoptRequest request, OperationContext context, CancellationToken cancellation) =>
        Executor.AdoptAsync(request, context, cancellation).AsTask();

    public Task<SensorStatus> StartSensorAsync(CancellationToken cancellation) => Sensor.StartAsync(cancellation);

    public Task<IReadOnlyList<KernelNotice>> DrainSensorAsync(CancellationToken cancellation) => Sensor.DrainAsync(cancellation);

    public Task WaitSensorAsync(CancellationToken cancellation) => Sensor.WaitAsync(cancellation);

    public Task<SensorStatus> TestSensorAsync(CancellationToken cancellation) => Sensor.TestAsync(cancellation);

    public Task<IReadOnlyList<LeakCandidate>> DetectAsync(string detector, DetectorInput input, CancellationToken cancellation) =>
        Task.FromResult(_plugin!.Detectors.First(d => d.Id == detector).Detect(input));

    public Task<SinkDescriptor> DescribeSinkAsync(CancellationToken cancellation) => Sink.DescribeAsync(cancellation).AsTask();

    public Task<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation) => Sink.DeliverAsync(batch, cancellation).AsTask();

    public void Dispose() => Ended.TrySetResult();
}
