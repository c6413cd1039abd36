using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;

namespace XdpAudit.Plugins.Webhook;

/// <summary>The settings of the plugin.</summary>
public sealed record WebhookOptions
{
    /// <summary>Where to post: https, or http to this machine itself.</summary>
    public required Uri Url { get; init; }

    /// <summary>The form of what is posted.</summary>
    public WebhookBody Body { get; init; } = WebhookBody.CloudEventsBatch;

    /// <summary>Signs every request; null leaves them unsigned.</summary>
    public SigningKey? Key { get; init; }

    /// <summary>Whose certificates the receiver may have; null for those the machine believes.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    /// <summary>How long a receiver may take for its answer.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The most events in one request.</summary>
    public int MaxBatch { get; init; } = 100;

    /// <summary>The most bytes in one request of more than one event.</summary>
    public int MaxBytes { get; init; } = 1 << 20;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="FormatException">One of them is missing or wrong; the message names it.</exception>
    public static WebhookOptions Read(IConfiguration settings)
    {
        var unset = new WebhookOptions { Url = ReadUrl(settings) };
        return unset with
        {
            Body = SinkSettings.Choice(
                settings,
                "body",
                unset.Body,
                ("cloudevents-batch", WebhookBody.CloudEventsBatch),
                ("cloudevents", WebhookBody.CloudEvents),
                ("cloudevents-binary", WebhookBody.CloudEventsBinary),
                ("ocsf", WebhookBody.Ocsf),
                ("native", WebhookBody.Native)),
            Key = SinkSettings.Path(settings, "secret_file") is { } file ? SigningKey.Read(file) : null,
            Roots = TrustedRoots.Read(settings),
            Deadline = SinkSettings.Milliseconds(settings, "deadline_ms", unset.Deadline),
            MaxBatch = SinkSettings.Number(settings, "max_batch", unset.MaxBatch, least: 1, most: 10_000),
            MaxBytes = SinkSettings.Number(settings, "max_bytes", unset.MaxBytes, least: 1 << 10, most: 64 << 20),
        };
    }

    /// <inheritdoc/>
    /// <remarks>Without the URL's path and query, which may be secrets, wherever it is written.</remarks>
    public override string ToString() => $"{Body} to {Url.GetLeftPart(UriPartial.Authority)}";

    // The URL is not quoted where it may hold a secret: what is logged is read by others.
    private static Uri ReadUrl(IConfiguration settings)
    {
        if (SinkSettings.Text(settings, "url") is not { } text)
        {
            throw SinkSettings.Missing("url", "https://siem.example/xdpaudit");
        }

        return !Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.Host.Length == 0
            ? throw new FormatException("setting 'url' is no URL of a receiver: it must begin with https:// and name a host")
            : url.UserInfo.Length > 0 ? throw new FormatException("setting 'url' holds a name or a password: take them out; the receiver knows us by the signature (setting 'secret_file')")
            : url.Fragment.Length > 0 ? throw new FormatException("setting 'url' has a part behind '#', which is never sent: take it out")
            : url.Scheme == "http" && !url.IsLoopback ? throw new FormatException($"setting 'url' sends events to '{url.Host}' in the clear: it must begin with https://; http is for this machine itself only")
            : url;
    }
}

/// <summary>The form of what is posted.</summary>
public enum WebhookBody
{
    /// <summary>CloudEvents 1.0, many in a request: <c>application/cloudevents-batch+json</c>.</summary>
    CloudEventsBatch,

    /// <summary>CloudEvents 1.0, one in a request: <c>application/cloudevents+json</c>.</summary>
    CloudEvents,

    /// <summary>CloudEvents 1.0, one in a request, its attributes in headers.</summary>
    CloudEventsBinary,

    /// <summary>An array of OCSF events.</summary>
    Ocsf,

    /// <summary>An array of envelopes.</summary>
    Native,
}
