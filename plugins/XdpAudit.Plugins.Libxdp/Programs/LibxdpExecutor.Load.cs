using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libxdp;

public sealed partial class LibxdpExecutor
{
    /// <inheritdoc/>
    /// <remarks>
    /// The program is loaded as libxdp would load it when it attaches it, so that the very program that was loaded is the one that will run: as an EXT
    /// program, over a trivial one that is let go of right after. For that it is tied to it for a moment, which also shows that it can be tied at all.
    /// Point of no return: the load itself. What fails after it takes the load back, and with it the pins of maps that the object asked for.
    /// Cancellation is heeded up to the load.
    /// </remarks>
    public ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync("load", $"load program '{request.Program}'", null, context, () => Task.FromResult(Load(request, context, cancellation)), cancellation);

    private Outcome<LoadedProgram> Load(LoadRequest request, OperationContext context, CancellationToken cancellation)
    {
        if (request.Pin is { } asked)
        {
            KernelPins.Check(asked);
        }

        var bytes = ObjectBytes.Read(request);
        using var loader = new ObjectLoader(request, bytes);
        Extension.Check(loader, request);
        RunConfig.Check(loader, request);
        RunConfig.Write(loader, request, _options);
        cancellation.ThrowIfCancellationRequested();
        using var target = Extension.Target();
        Extension.Aim(loader.Program, target.Program);
        loader.Load(context.MaxVerifierLogBytes);
        return LoadedPrograms.Keep(loader, request, _programs, program => Extension.Free(program, request.Program));
    }
}
