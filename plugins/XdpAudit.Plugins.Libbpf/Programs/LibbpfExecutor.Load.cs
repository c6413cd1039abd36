using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Libbpf;

public sealed partial class LibbpfExecutor
{
    /// <inheritdoc/>
    /// <remarks>
    /// Point of no return: the load itself. A pin that fails after it takes the load back, and with it the pins of maps that the object asked for.
    /// Cancellation is heeded up to the load.
    /// </remarks>
    public ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("load", context, () => Task.FromResult(Load(request, context, cancellation)), cancellation);

    private Outcome<LoadedProgram> Load(LoadRequest request, OperationContext context, CancellationToken cancellation)
    {
        if (request.Pin is { } asked)
        {
            KernelPins.Check(asked);
        }

        var bytes = ObjectBytes.Read(request);
        using var loader = new ObjectLoader(request, bytes);
        cancellation.ThrowIfCancellationRequested();
        loader.Load(context.MaxVerifierLogBytes);
        try
        {
            var program = loader.Duplicate();
            try
            {
                var facts = KernelPrograms.Read(program);
                if (request.Pin is { } pin)
                {
                    KernelPins.Pin(program, pin);
                    program.Dispose();
                }
                else
                {
                    _programs[facts.Id] = program;
                }

                return Outcome.Succeeded(Loaded(facts, request.Pin)) with { Warnings = loader.Warnings() };
            }
            catch
            {
                program.Dispose();
                throw;
            }
        }
        catch
        {
            loader.TakeBackMapPins();
            throw;
        }
    }

    private static LoadedProgram Loaded(ProgramFacts facts, PinPath? pin) => new()
    {
        Id = facts.Id,
        LoadedNs = facts.LoadedNs,
        Type = facts.Type,
        Name = facts.Name,
        Tag = facts.Tag,
        MapIds = facts.Maps,
        Persistence = pin is null ? Persistence.ProcessBound : Persistence.Pinned,
        Pin = pin,
    };
}
