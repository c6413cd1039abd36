using StreamJsonRpc;

#pragma warning disable StreamJsonRpc0008 // only JSON is spoken, and that needs no shapes of types

namespace XdpAudit.Hosting;

/// <summary>
/// The contracts of plugins as calls over a socket, one to one: what each may and must do is said there. A cancelled call is told to the other side, and
/// ends when that answers.
/// </summary>
[JsonRpcContract]
public partial interface IPluginWire : IDisposable
{
    /// <summary>Activates the plugin; the first call.</summary>
    Task<PluginStarted> StartAsync(PluginStart start, CancellationToken cancellation);

    /// <summary>Answers as soon as the process has a thread for it.</summary>
    Task PingAsync(CancellationToken cancellation);

    /// <summary>Disposes the plugin; the last call.</summary>
    Task StopAsync(CancellationToken cancellation);

    /// <see cref="IExecutor.DescribeAsync"/>
    Task<ExecutorDescriptor> DescribeExecutorAsync(CancellationToken cancellation);

    /// <see cref="IExecutor.LoadAsync"/>
    Task<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation);

    /// <see cref="IExecutor.AttachAsync"/>
    Task<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation);

    /// <see cref="IExecutor.DetachAsync"/>
    Task<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation);

    /// <see cref="IExecutor.UnloadAsync"/>
    Task<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation);

    /// <see cref="IExecutor.UpdateLinkAsync"/>
    Task<Outcome<AttachedProgram>> UpdateLinkAsync(UpdateLinkRequest request, OperationContext context, CancellationToken cancellation);

    /// <see cref="IExecutor.PinAsync"/>
    Task<Outcome<PinResult>> PinAsync(PinRequest request, OperationContext context, CancellationToken cancellation);

    /// <see cref="IExecutor.UnpinAsync"/>
    Task<Outcome<PinResult>> UnpinAsync(UnpinRequest request, OperationContext context, CancellationToken cancellation);

    /// <see cref="IExecutor.AdoptAsync"/>
    Task<Outcome<AdoptedObject>> AdoptAsync(AdoptRequest request, OperationContext context, CancellationToken cancellation);

    /// <see cref="ISensor.StartAsync"/>
    Task<SensorStatus> StartSensorAsync(CancellationToken cancellation);

    /// <see cref="ISensor.DrainAsync"/>
    Task<IReadOnlyList<KernelNotice>> DrainSensorAsync(CancellationToken cancellation);

    /// <see cref="ISensor.WaitAsync"/>
    Task WaitSensorAsync(CancellationToken cancellation);

    /// <see cref="ISensor.TestAsync"/>
    Task<SensorStatus> TestSensorAsync(CancellationToken cancellation);

    /// <see cref="ILeakDetector.Detect"/>
    Task<IReadOnlyList<LeakCandidate>> DetectAsync(string detector, DetectorInput input, CancellationToken cancellation);

    /// <see cref="ISink.DescribeAsync"/>
    Task<SinkDescriptor> DescribeSinkAsync(CancellationToken cancellation);

    /// <see cref="ISink.DeliverAsync"/>
    Task<SinkOutcome> DeliverAsync(IReadOnlyList<AuditEnvelope> batch, CancellationToken cancellation);
}

/// <summary>What the plugin's process tells the auditor unasked.</summary>
[JsonRpcContract]
public partial interface IWordsWire : IDisposable
{
    /// <summary>A line for the auditor's log.</summary>
    /// <param name="level">As <c>Microsoft.Extensions.Logging.LogLevel</c> numbers it.</param>
    /// <param name="category">Who says it.</param>
    /// <param name="words">The line.</param>
    Task LogAsync(int level, string category, string words);
}
