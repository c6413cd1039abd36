using System.Globalization;

namespace XdpAudit.Plugins;

/// <summary>The errno(3) numbers this code decides by, and the names of those it may have to report (asm-generic/errno.h: the same on x86-64 and arm64).</summary>
internal static class Errnos
{
    internal const int Eperm = 1;
    internal const int Enoent = 2;
    internal const int Eio = 5;
    internal const int Eagain = 11;
    internal const int Eacces = 13;
    internal const int Ebusy = 16;
    internal const int Eexist = 17;
    internal const int Enodev = 19;
    internal const int Enotdir = 20;
    internal const int Eisdir = 21;
    internal const int Einval = 22;
    internal const int Enospc = 28;
    internal const int Erofs = 30;
    internal const int Enametoolong = 36;
    internal const int Eloop = 40;
    internal const int Enolink = 67;
    internal const int Eopnotsupp = 95;
    internal const int Estale = 116;

    private static readonly Dictionary<int, string> Names = new()
    {
        [Eperm] = "EPERM", [Enoent] = "ENOENT", [3] = "ESRCH", [4] = "EINTR", [Eio] = "EIO", [7] = "E2BIG", [8] = "ENOEXEC", [9] = "EBADF",
        [Eagain] = "EAGAIN", [12] = "ENOMEM", [Eacces] = "EACCES", [14] = "EFAULT", [Ebusy] = "EBUSY", [Eexist] = "EEXIST", [18] = "EXDEV",
        [Enodev] = "ENODEV", [Enotdir] = "ENOTDIR", [Eisdir] = "EISDIR", [Einval] = "EINVAL", [23] = "ENFILE", [24] = "EMFILE",
        [Enospc] = "ENOSPC", [Erofs] = "EROFS", [33] = "EDOM", [34] = "ERANGE", [Enametoolong] = "ENAMETOOLONG", [38] = "ENOSYS", [39] = "ENOTEMPTY",
        [Eloop] = "ELOOP", [61] = "ENODATA", [Enolink] = "ENOLINK", [75] = "EOVERFLOW", [92] = "ENOPROTOOPT", [93] = "EPROTONOSUPPORT",
        [Eopnotsupp] = "EOPNOTSUPP", [105] = "ENOBUFS", [110] = "ETIMEDOUT", [Estale] = "ESTALE", [524] = "ENOTSUPP",
    };

    internal static string Name(int errno) => Names.GetValueOrDefault(errno) ?? "errno " + errno.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of a name; null when it is none of these.</summary>
    internal static int? Number(string name) => Names.FirstOrDefault(n => n.Value == name) is { Value: not null } known ? known.Key : null;
}
