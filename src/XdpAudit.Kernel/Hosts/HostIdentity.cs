using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Kernel;

/// <summary>Which host this is, and which of its lives.</summary>
public static class HostIdentity
{
    private static readonly string[] MachineIds = ["/etc/machine-id", "/var/lib/dbus/machine-id"];

    /// <summary><c>/etc/machine-id</c> (machine-id(5)), else <c>/var/lib/dbus/machine-id</c>.</summary>
    /// <exception cref="KernelException">Neither holds 32 hexadecimal digits; without it no evidence could be tied to this host.</exception>
    public static HostId ReadHost() => ReadHost(MachineIds);

    /// <summary><c>/proc/sys/kernel/random/boot_id</c> (random(4)), without dashes.</summary>
    /// <exception cref="KernelException">It cannot be read.</exception>
    public static BootId ReadBoot(string procRoot = "/proc")
    {
        var path = $"{procRoot}/sys/kernel/random/boot_id";
        var id = ProcFiles.TryReadText(path, out var text, out var errno) ? text.Trim().Replace("-", "", StringComparison.Ordinal).ToLowerInvariant() : "";
        return IsId(id) ? new(id) : throw new KernelException("read the boot id from", path, errno == 0 ? Errno.EINVAL : errno, "mount procfs there");
    }

    /// <summary>
    /// Wall clock of the boot, UTC: now less CLOCK_BOOTTIME, in whole milliseconds. It moves when the wall clock is set, so whoever wants one
    /// answer asks once.
    /// </summary>
    public static unsafe DateTimeOffset ReadBootTime(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        timespec since;
        _ = Clocks.GetTime(Clocks.CLOCK_BOOTTIME, &since);
        var moment = time.GetUtcNow().AddTicks(-((since.tv_sec * TimeSpan.TicksPerSecond) + (since.tv_nsec / 100)));
        return new(moment.Ticks - (moment.Ticks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
    }

    internal static HostId ReadHost(IReadOnlyList<string> paths)
    {
        var last = 0;
        foreach (var path in paths)
        {
            if (ProcFiles.TryRead(path, out var bytes, out var errno) && Encoding.ASCII.GetString(bytes).Trim().ToLowerInvariant() is var id && IsId(id))
            {
                return new(id);
            }

            last = errno == 0 ? Errno.EINVAL : errno;
        }

        throw new KernelException("read the host's id from", paths[0], last, "run systemd-machine-id-setup, or write 32 hexadecimal digits there");
    }

    private static bool IsId(string text) => text.Length == 32 && text.All(char.IsAsciiHexDigitLower);
}
