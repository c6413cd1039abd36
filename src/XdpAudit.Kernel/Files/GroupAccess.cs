using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace XdpAudit.Kernel;

/// <summary>Lets a group at a file: how the members of group xdpaudit reach the auditor's socket.</summary>
public static unsafe partial class GroupAccess
{
    /// <summary>Gives the file to a group of <c>/etc/group</c> (group(5)). False when there is no such group or we may not: then only the owner has it.</summary>
    public static bool Give(string path, string group)
    {
        var line = File.Exists("/etc/group") ? File.ReadLines("/etc/group").FirstOrDefault(l => l.StartsWith(group + ":", StringComparison.Ordinal)) : null;
        if (line?.Split(':') is not [_, _, var number, ..] || !uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var gid))
        {
            return false;
        }

        fixed (byte* name = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return ChOwn(name, uint.MaxValue, gid) == 0;
        }
    }

    /// <summary>The user this process acts as (geteuid(2)).</summary>
    public static uint EffectiveUser() => GetEUid();

    /// <summary>https://man7.org/linux/man-pages/man2/geteuid.2.html - never fails.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEUid();

    /// <summary>https://man7.org/linux/man-pages/man2/chown.2.html - 0, or -1 and errno; -1 leaves the owner as it is.</summary>
    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true)]
    private static partial int ChOwn(byte* path, uint owner, uint group);
}
