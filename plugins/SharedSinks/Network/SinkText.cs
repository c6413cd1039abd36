namespace XdpAudit.Plugins;

/// <summary>Words of others in our messages: short, on one line, and nothing in them that a terminal would obey.</summary>
internal static class SinkText
{
    internal static string Plain(string text, int most = 200)
    {
        var plain = string.Concat(text.Take(most).Select(c => c is >= ' ' and <= '~' ? c : '?'));
        return text.Length > most ? plain + " ..." : plain;
    }

    /// <summary>What an exception says; its cause, where it only points to that.</summary>
    internal static string Of(Exception cause) => Plain(cause.GetBaseException().Message.TrimEnd('.'));
}
