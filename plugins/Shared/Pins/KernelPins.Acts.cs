using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>What makes pins. Plugins that leave acting to a tool are built without this.</summary>
internal static unsafe partial class KernelPins
{
    private const string PinCall = "bpf(BPF_OBJ_PIN)";

    /// <summary>Pins, making missing directories, and returns those; what it made it takes back when the pin fails.</summary>
    internal static IReadOnlyCollection<string> Pin(Descriptor what, PinPath path)
    {
        Check(path);
        var made = MakeDirectories(path);
        fixed (byte* bytes = PinBytes.Of(path.Value))
        {
            var attributes = new BpfSyscall.ObjectAttributes { Path = (ulong)bytes, Fd = (uint)what.Number };
            var answer = BpfSyscall.Bpf(BpfSyscall.ObjPin, &attributes, sizeof(BpfSyscall.ObjectAttributes));
            if (answer >= 0)
            {
                return made;
            }

            RemoveEmpty(made);
            throw answer == -Errnos.Eexist
                ? Words.PinTaken(path, Look(path)?.ToString() ?? "something")
                : Words.Kernel($"pin at '{path}'", -answer, PinCall);
        }
    }
}
