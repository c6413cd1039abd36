using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>Keeps what libbpf loaded: by its pin, or by a descriptor among those an executor holds.</summary>
internal static class LoadedPrograms
{
    /// <summary>What fails in here takes the load back, and with it the pins of maps that the object asked for.</summary>
    internal static Outcome<LoadedProgram> Keep(ObjectLoader loader, LoadRequest request, IDictionary<KernelProgramId, Descriptor> held, Action<Descriptor>? first = null)
    {
        try
        {
            var program = loader.Duplicate();
            try
            {
                first?.Invoke(program);
                var facts = KernelPrograms.Read(program);
                if (request.Pin is { } pin)
                {
                    KernelPins.Pin(program, pin);
                    program.Dispose();
                }
                else
                {
                    held[facts.Id] = program;
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
