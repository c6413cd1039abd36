using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

public sealed partial class BpftoolExecutor
{
    /// <inheritdoc/>
    /// <remarks>
    /// bpftool loads every program of an object and pins the first, or all. A program that is not the first is pinned with all others in a directory of
    /// its own beside the pin asked for, pinned again where it belongs, and the directory removed.
    /// Point of no return: the start of bpftool. What a load that failed has pinned is taken back.
    /// </remarks>
    public ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation) =>
        _calls.DoAsync("load", context, () => LoadPinnedAsync(request, context, cancellation), cancellation);

    private async Task<Outcome<LoadedProgram>> LoadPinnedAsync(LoadRequest request, OperationContext context, CancellationToken cancellation)
    {
        var pin = request.Pin ?? throw BpftoolWords.NeedsPin(request.Program);
        KernelPins.Check(pin);
        var path = BpftoolWords.Argument(pin);
        var bytes = ObjectBytes.Read(request);
        if (!ElfObject.TryParse(bytes, out var elf, out var fault))
        {
            throw Words.ObjectInvalid(request.ObjectPath, fault, 8, "read");
        }

        if (!elf.Programs.Contains(request.Program))
        {
            throw Words.ProgramNotInObject(request.ObjectPath, request.Program, elf.Programs);
        }

        var bpftool = await _tools.BpftoolAsync(cancellation).ConfigureAwait(false);
        using var copy = await PrivateCopy.MakeAsync(request.ObjectPath, bytes, cancellation).ConfigureAwait(false);
        var load = new Loading(bpftool, request, pin, path, copy.Path, elf, context.MaxVerifierLogBytes);
        var made = KernelPins.MakeDirectories(pin);
        var maps = new MapPins(elf);
        try
        {
            var (facts, warnings) = elf.Programs[0] == request.Program
                ? await load.FirstAsync(cancellation).ConfigureAwait(false)
                : await load.StagedAsync(context.OperationId, cancellation).ConfigureAwait(false);
            return Outcome.Succeeded(new LoadedProgram
            {
                Id = facts.Id,
                LoadedNs = facts.LoadedNs,
                Type = facts.Type,
                Name = facts.Name,
                Tag = facts.Tag,
                MapIds = facts.Maps,
                Persistence = Persistence.Pinned,
                Pin = pin,
            }) with { Warnings = [.. warnings, .. maps.Made().Select(m => Words.MapPinned(m.Path.Value[(m.Path.Value.LastIndexOf('/') + 1)..], m.Path.Value))] };
        }
        catch (Refusal refusal) when (refusal.Kind == OutcomeKind.Indeterminate)
        {
            // It may still be going on: what it makes must not be taken away under it.
            throw;
        }
        catch
        {
            maps.TakeBack();
            KernelPins.RemoveEmpty(made);
            throw;
        }
    }
}
