using System.Globalization;

namespace XdpAudit.Plugins.Syslog;

/// <summary>How messages get there.</summary>
public enum SyslogTransport
{
    /// <summary>Datagrams to a unix socket.</summary>
    Unix,

    /// <summary>RFC 5426.</summary>
    Udp,

    /// <summary>RFC 6587, octet counting.</summary>
    Tcp,

    /// <summary>RFC 5425.</summary>
    Tls,
}

/// <summary>A receiver.</summary>
/// <param name="Host">A name or an address; of a unix socket its path.</param>
public sealed record SyslogTarget(SyslogTransport Transport, string Host, int Port)
{
    /// <summary>Reads <c>unix:/dev/log</c>, <c>udp://HOST:514</c>, <c>tcp://HOST:601</c> or <c>tls://HOST:6514</c>; the port may be left out.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static SyslogTarget Parse(string text)
    {
        const string unix = "unix:";
        if (text.StartsWith(unix + "/", StringComparison.Ordinal) && text.Length - unix.Length <= 107 && !text.Contains('\0', StringComparison.Ordinal))
        {
            return new(SyslogTransport.Unix, text[unix.Length..], 0);
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Host.Length: > 0, UserInfo: "", PathAndQuery: "/" or "", Fragment: "" })
        {
            (SyslogTransport Transport, int Port)? known = uri.Scheme switch
            {
                "udp" => (SyslogTransport.Udp, 514),
                "tcp" => (SyslogTransport.Tcp, 601),
                "tls" => (SyslogTransport.Tls, 6514),
                _ => null,
            };
            if (known is { } found)
            {
                return new(found.Transport, uri.IdnHost, uri.Port > 0 ? uri.Port : found.Port);
            }
        }

        throw new FormatException($"setting 'target' is '{SinkText.Plain(text)}': it must be unix:/PATH, udp://HOST:PORT, tcp://HOST:PORT or tls://HOST:PORT");
    }

    /// <inheritdoc/>
    public override string ToString() => Transport switch
    {
        SyslogTransport.Unix => $"unix:{Host}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{Transport.ToString().ToLowerInvariant()}://{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}"),
    };
}
