namespace XdpAudit.Agent;

/// <summary>Words of a sink or its receiver, for logs and screens: bounded, and without control characters.</summary>
internal static class PlainText
{
    private const int Most = 500;

    internal static string Of(string text) => string.Concat(text.Take(Most).Select(c => char.IsControl(c) || char.IsSurrogate(c) || (c is >= '\u2028' and <= '\u202e') ? '?' : c)) + (text.Length > Most ? " ..." : "");
}
