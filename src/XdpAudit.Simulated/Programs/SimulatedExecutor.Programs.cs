using System.Security.Cryptography;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedExecutor
{
    private const string LoadCall = "bpf(BPF_PROG_LOAD)";

    /// <inheritdoc/>
    public ValueTask<Outcome<LoadedProgram>> LoadAsync(LoadRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync(SimulatedCall.Load, context, () => Load(request, context), () => NeverLoaded(request), cancellation);

    /// <inheritdoc/>
    public ValueTask<Outcome<UnloadResult>> UnloadAsync(UnloadRequest request, OperationContext context, CancellationToken cancellation) =>
        DoAsync(SimulatedCall.Unload, context, () => Unload(request), () => new UnloadResult(true), cancellation);

    private Outcome<LoadedProgram> Load(LoadRequest request, OperationContext context)
    {
        if (request.Pin is { } asked)
        {
            CheckPin(asked);
        }

        var content = _kernel.ObjectAt(request.ObjectPath) ?? throw Words.ObjectUnreadable(request.ObjectPath, Errnos.Enoent, "open");
        if (!string.Equals(content.Sha256, request.ObjectSha256, StringComparison.OrdinalIgnoreCase))
        {
            throw Words.ObjectChanged(request.ObjectPath, request.ObjectSha256, content.Sha256);
        }

        if (content.Invalid)
        {
            throw Words.ObjectInvalid(request.ObjectPath, "not an ELF object", 95, "bpf_object__open_mem");
        }

        if (!content.Programs.Contains(request.Program))
        {
            throw Words.ProgramNotInObject(request.ObjectPath, request.Program, [.. content.Programs]);
        }

        if (content.VerifierLog is { } log)
        {
            throw Words.VerifierRejected(request.Program, Errnos.Eacces, LoadCall, Artifact(log, context.MaxVerifierLogBytes));
        }

        var loaded = _kernel.LoadObject(content, request.Program, _pid);
        if (request.Pin is not { } pin)
        {
            return Outcome.Succeeded(loaded);
        }

        try
        {
            PinOrRefuse(ObjectKind.Program, loaded.Id.Value, pin);
        }
        finally
        {
            // Pinned, the pin holds it from here on; refused, the load is taken back.
            _kernel.Close(_pid, ObjectKind.Program, loaded.Id.Value);
        }

        return Outcome.Succeeded(loaded with { Persistence = Persistence.Pinned, Pin = pin });
    }

    private Outcome<UnloadResult> Unload(UnloadRequest request)
    {
        var id = request.Program.Id;
        if (_kernel.Find(id) is not { } found || found.LoadedNs != request.Program.LoadedNs)
        {
            return Outcome.AlreadyApplied(new UnloadResult(true));
        }

        var there = request.Pins.Where(p => IsPinOf(p, ObjectKind.Program, id.Value)).ToList();
        var warnings = request.Pins.Except(there).Select(Words.PinAlreadyGone).ToList();
        there.ForEach(p => _kernel.Unpin(p));
        _kernel.Close(_pid, ObjectKind.Program, id.Value);
        var gone = _kernel.Find(id) is null;
        return Outcome.Succeeded(new UnloadResult(gone)) with { Warnings = gone ? warnings : [.. warnings, Words.StillHeld(id)] };
    }

    private static LoadedProgram NeverLoaded(LoadRequest request) => new()
    {
        Id = new(NoSuchId),
        LoadedNs = 1,
        Type = "xdp",
        Name = request.Program,
        Tag = new("0000000000000000"),
        Persistence = request.Pin is null ? Persistence.ProcessBound : Persistence.Pinned,
        Pin = request.Pin,
    };

    private static TextArtifact Artifact(string log, int maxBytes)
    {
        var bytes = Encoding.UTF8.GetBytes(log);
        return new()
        {
            Text = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Clamp(maxBytes, 0, bytes.Length))),
            FullLength = bytes.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Truncated = bytes.Length > maxBytes,
        };
    }
}
