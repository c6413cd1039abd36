using System.Globalization;

namespace XdpAudit.Abstractions;

/// <summary>Keys are written as <c>kind/part/part</c>: readable in a log, safe in a URL, and parsed without guessing.</summary>
internal static class KeyText
{
    internal static string[] Parts(string text, string kind, int count)
    {
        var parts = text.Split('/');
        return parts.Length == count + 1 && parts[0] == kind
            ? parts
            : throw new FormatException($"'{text}' is not a {kind} key: it must be {kind}/ and {count} parts");
    }

    internal static uint UInt32(string text) => uint.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);

    internal static ulong UInt64(string text) => ulong.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
