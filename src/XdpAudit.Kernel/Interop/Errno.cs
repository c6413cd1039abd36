using System.Globalization;
using System.Runtime.InteropServices;

namespace XdpAudit.Kernel;

/// <summary>errno(3): the numbers we decide on, the same on every architecture .NET runs on.</summary>
internal static class Errno
{
    internal const int EPERM = 1;
    internal const int ENOENT = 2;
    internal const int ESRCH = 3;
    internal const int EINTR = 4;
    internal const int E2BIG = 7;
    internal const int EBADF = 9;
    internal const int EAGAIN = 11;
    internal const int ENOMEM = 12;
    internal const int EACCES = 13;
    internal const int EBUSY = 16;
    internal const int ENODEV = 19;
    internal const int ENOTDIR = 20;
    internal const int EINVAL = 22;
    internal const int ENOTTY = 25;
    internal const int ENOSPC = 28;
    internal const int EROFS = 30;
    internal const int ENOSYS = 38;
    internal const int ELOOP = 40;
    internal const int ENOPROTOOPT = 92;
    internal const int EOPNOTSUPP = 95;
    internal const int ENOBUFS = 105;
    internal const int ESTALE = 116;

    /// <summary>The errno of the call just made on this thread.</summary>
    internal static int Last => Marshal.GetLastPInvokeError();

    /// <summary>The symbol people search for: <c>EPERM</c>; the number where we have no name.</summary>
    internal static string Name(int errno) => errno switch
    {
        EPERM => nameof(EPERM),
        ENOENT => nameof(ENOENT),
        ESRCH => nameof(ESRCH),
        EINTR => nameof(EINTR),
        E2BIG => nameof(E2BIG),
        EBADF => nameof(EBADF),
        EAGAIN => nameof(EAGAIN),
        ENOMEM => nameof(ENOMEM),
        EACCES => nameof(EACCES),
        EBUSY => nameof(EBUSY),
        ENODEV => nameof(ENODEV),
        ENOTDIR => nameof(ENOTDIR),
        EINVAL => nameof(EINVAL),
        ENOTTY => nameof(ENOTTY),
        ENOSPC => nameof(ENOSPC),
        EROFS => nameof(EROFS),
        ENOSYS => nameof(ENOSYS),
        ELOOP => nameof(ELOOP),
        ENOPROTOOPT => nameof(ENOPROTOOPT),
        EOPNOTSUPP => nameof(EOPNOTSUPP),
        ENOBUFS => nameof(ENOBUFS),
        ESTALE => nameof(ESTALE),
        _ => "errno " + errno.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What was listed is gone by the time it is opened: a skip, not a failure.</summary>
    internal static bool IsGone(int errno) => errno is ENOENT or ESRCH;
}
