using System.Security.Cryptography;
using System.Text;
using XdpAudit.Abstractions;

namespace Company.Plugin;

public sealed partial class Executor
{
    private Outcome<LoadedProgram> Load(LoadRequest request, OperationContext context)
    {
        if (request.Pin is not { } pin)
        {
            return Outcome.Unsupported<LoadedProgram>(ExecutorCapability.Ephemeral);
        }

        if (kernel.CanPin(pin) is var cannot and not 0)
        {
            return Rejected<LoadedProgram>(Errors.Pin(pin, cannot, kernel.PinAt(pin)));
        }

        var file = kernel.Read(request.ObjectPath);
        if (file.Errno != 0)
        {
            return Rejected<LoadedProgram>(Errors.NoObject(request.ObjectPath, file.Errno));
        }

        if (!string.Equals(file.Sha256, request.ObjectSha256, StringComparison.OrdinalIgnoreCase))
        {
            return Rejected<LoadedProgram>(Errors.AnotherObject(request, file.Sha256));
        }

        if (!file.Programs.Contains(request.Program))
        {
            return Rejected<LoadedProgram>(Errors.NotInObject(request, file.Programs));
        }

        var load = kernel.LoadAndPin(file, request.Program, pin);
        return load switch
        {
            { Program: { } program } => Outcome.Succeeded(program with { Persistence = Persistence.Pinned, Pin = pin }),
            { VerifierLog.Length: > 0 } => Outcome.Failed<LoadedProgram>(Errors.Verifier(request.Program, load.Errno, Log(load.VerifierLog, context.MaxVerifierLogBytes))),
            _ => Outcome.Failed<LoadedProgram>(Errors.Kernel($"load program '{request.Program}'", load.Errno, "bpf(BPF_PROG_LOAD)")),
        };
    }

    private Outcome<UnloadResult> Unload(UnloadRequest request)
    {
        var program = request.Program;
        if (kernel.Program(program.Id)?.LoadedNs != program.LoadedNs)
        {
            return Outcome.AlreadyApplied(new UnloadResult(true));
        }

        // All pins are looked at before the first goes.
        var pins = request.Pins.Select(path => (Path: path, Holds: kernel.PinAt(path))).ToList();
        if (pins.Find(pin => pin.Holds is { } holds && holds != (ObjectKind.Program, program.Id.Value)) is { Holds: { } other } wrong)
        {
            return Rejected<UnloadResult>(Errors.PinOfAnother(wrong.Path, other, program.Id));
        }

        List<string> warnings = [.. pins.Where(pin => pin.Holds is null).Select(pin => $"pin '{pin.Path}' was already gone")];
        pins.ForEach(pin => kernel.Unpin(pin.Path));

        // The kernel decides whether that was the last that held it.
        var gone = kernel.Program(program.Id)?.LoadedNs != program.LoadedNs;
        if (!gone)
        {
            warnings.Add($"program {program.Id} is still loaded: something else holds it; find its holders before unloading again");
        }

        return Outcome.Succeeded(new UnloadResult(gone)) with { Warnings = warnings };
    }

    // The text is cut to what the caller takes; the digest is that of the whole.
    private static TextArtifact Log(string log, int most)
    {
        var bytes = Encoding.UTF8.GetBytes(log);
        return new()
        {
            Text = Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Clamp(most, 0, bytes.Length))),
            FullLength = bytes.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Truncated = bytes.Length > most,
        };
    }
}
