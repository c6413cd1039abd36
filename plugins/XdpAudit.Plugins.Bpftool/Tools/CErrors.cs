using System.Globalization;
using static XdpAudit.Plugins.Errnos;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>The numbers behind strerror(3) of the C locale: the tools tell errors by their texts. glibc's, and musl's where they differ.</summary>
internal static class CErrors
{
    private static readonly Dictionary<string, int> Numbers = new(StringComparer.Ordinal)
    {
        ["Operation not permitted"] = Eperm,
        ["No such file or directory"] = Enoent,
        ["No such process"] = 3,
        ["Input/output error"] = Eio,
        ["I/O error"] = Eio,
        ["Argument list too long"] = 7,
        ["Exec format error"] = 8,
        ["Bad file descriptor"] = 9,
        ["Resource temporarily unavailable"] = Eagain,
        ["Cannot allocate memory"] = 12,
        ["Out of memory"] = 12,
        ["Permission denied"] = Eacces,
        ["Device or resource busy"] = Ebusy,
        ["Resource busy"] = Ebusy,
        ["File exists"] = Eexist,
        ["No such device"] = Enodev,
        ["Not a directory"] = Enotdir,
        ["Is a directory"] = Eisdir,
        ["Invalid argument"] = Einval,
        ["Too many open files"] = 24,
        ["No space left on device"] = Enospc,
        ["Read-only file system"] = Erofs,
        ["Numerical result out of range"] = 34,
        ["Result not representable"] = 34,
        ["File name too long"] = Enametoolong,
        ["Filename too long"] = Enametoolong,
        ["Function not implemented"] = 38,
        ["Link has been severed"] = Enolink,
        ["Operation not supported"] = Eopnotsupp,
        ["Not supported"] = Eopnotsupp,
        ["No buffer space available"] = 105,
        ["Unknown error 524"] = 524,
    };

    /// <summary>The number of the text after the last colon, or of the whole; null when it is none of these.</summary>
    internal static int? Trailing(string said)
    {
        var text = said[(said.LastIndexOf(": ", StringComparison.Ordinal) is var colon and >= 0 ? colon + 2 : 0)..].TrimEnd('.');
        return Numbers.TryGetValue(text, out var number) ? number : Signed(text);
    }

    /// <summary>libbpf's own: <c>-13</c>, since its version 1.6 <c>-EACCES</c>.</summary>
    internal static int? Signed(string text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number is < 0 and > -4096 ? -number
        : text.StartsWith("-E", StringComparison.Ordinal) ? Number(text[1..])
        : null;
}
