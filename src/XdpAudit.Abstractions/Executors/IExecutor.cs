namespace XdpAudit.Abstractions;

/// <summary>
/// Acts on the kernel. Expected failures are outcomes, never exceptions; an exception is a fault and counts against the plugin.
/// A cancelled call throws <see cref="OperationCanceledException"/> only when the kernel is unchanged; past that point it finishes and answers.
/// Within one epoch a repeated operation id answers as the first time and does nothing. Calls may come concurrently.
/// Objects asked for without a pin are held by the executor's own descriptors until it is disposed; it holds nothing else between calls.
/// </summary>
public interface IExecutor : IAsyncDisposable
{
    /// <summary>What it is and can do. Called first, and again at will; must not touch the kernel's state.</summary>
    ValueTask<ExecutorDescriptor> DescribeAsync(CancellationToken cancellation);

    /// <summary>Loads a program.</summary>
    ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation);

    /// <summary>Attaches a program and reads back that it is in force.</summary>
    ValueTask<Outcome<AttachedProgram>> AttachAsync(AttachRequest request, OperationContext context, CancellationToken cancellation);

    /// <summary>Detaches and reads back that it is gone. What is already gone is AlreadyApplied.</summary>
    ValueTask<Outcome<NoValue>> DetachAsync(DetachRequest request, OperationContext context, CancellationToken cancellation);

    /// <summary>Lets go of a program. What is already gone is AlreadyApplied.</summary>
    ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation);

    /// <summary>Replaces the program of a link. Needs <see cref="ExecutorCapability.LinkUpdate"/>.</summary>
    ValueTask<Outcome<AttachedProgram>> UpdateLinkAsync(UpdateLinkRequest request, OperationContext context, CancellationToken cancellation) =>
        new(Outcome.Unsupported<AttachedProgram>(ExecutorCapability.LinkUpdate));

    /// <summary>Pins an object. Needs <see cref="ExecutorCapability.Pin"/>.</summary>
    ValueTask<Outcome<PinResult>> PinAsync(PinRequest request, OperationContext context, CancellationToken cancellation) =>
        new(Outcome.Unsupported<PinResult>(ExecutorCapability.Pin));

    /// <summary>Removes a pin. Needs <see cref="ExecutorCapability.Pin"/>. A pin already gone is AlreadyApplied; one of another object is Rejected.</summary>
    ValueTask<Outcome<PinResult>> UnpinAsync(UnpinRequest request, OperationContext context, CancellationToken cancellation) =>
        new(Outcome.Unsupported<PinResult>(ExecutorCapability.Pin));

    /// <summary>Opens a pin and says what it holds. Needs <see cref="ExecutorCapability.Adopt"/>. Keeps no descriptor.</summary>
    ValueTask<Outcome<AdoptedObject>> AdoptAsync(AdoptRequest request, OperationContext context, CancellationToken cancellation) =>
        new(Outcome.Unsupported<AdoptedObject>(ExecutorCapability.Adopt));
}
