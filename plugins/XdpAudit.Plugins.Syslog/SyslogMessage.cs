using System.Globalization;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Syslog;

/// <summary>
/// A message as RFC 5424 writes it:
/// <c>&lt;134&gt;1 2026-03-01T03:12:00.123000Z web1 xdpaudit 812 program_loaded [xdpaudit@32473 position="17" ...] program 17 'pass' was loaded by alice</c>.
/// What it must not lose is in the structured data, which is never cut; the sentence is, when the whole would be too long.
/// </summary>
internal static class SyslogMessage
{
    private const int LongestSubject = 300;
    private const string Cut = " ...";

    internal static byte[] Of(AuditEnvelope envelope, SyslogOptions options)
    {
        var entry = envelope.Entry;
        var moment = (entry.OccurredAt.At ?? entry.OccurredAt.NotLaterThan ?? entry.RecordedAt).UtcDateTime;
        var priority = (options.Facility * 8) + Severity(entry.Event);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"<{priority}>1 {moment:yyyy-MM-ddTHH:mm:ss.ffffffZ} {Name(options.HostName, 255)} {Name(options.AppName, 48)} {options.ProcId} {Name(entry.Event, 32)} {Data(envelope, options.SdId)} ");
        var text = SafeText.Of(entry.Sentence);

        // A BOM where there is more than ASCII, as 6.4 demands; without it some receivers would show its bytes.
        var sentence = Encoding.UTF8.GetBytes(Ascii(text) ? text : $"\ufeff{text}");
        var bytes = Encoding.UTF8.GetBytes(head);
        var room = options.MaxBytes - bytes.Length;
        return sentence.Length <= room ? [.. bytes, .. sentence] : [.. bytes, .. Shortened(sentence, room - Cut.Length), .. Encoding.UTF8.GetBytes(Cut)];
    }

    private static string Data(AuditEnvelope envelope, string id)
    {
        var entry = envelope.Entry;
        var data = new StringBuilder(string.Create(
            CultureInfo.InvariantCulture, $"[{id} position=\"{entry.Position}\" journal=\"{Value(entry.Journal)}\" event=\"{Value(entry.Event)}\" host=\"{Value(envelope.Host.Value)}\" id=\"{Value(envelope.Id)}\""));
        if (entry.Operation is { } operation)
        {
            data.Append(CultureInfo.InvariantCulture, $" operation=\"{Value(operation.Value)}\"");
        }

        if (entry.Subjects is [var subject, ..] && Value(subject) is var value && Encoding.UTF8.GetByteCount(value) <= LongestSubject)
        {
            data.Append(CultureInfo.InvariantCulture, $" subject=\"{value}\"");
        }

        return data.Append(']').ToString();
    }

    // PARAM-VALUE, 6.3.3: these three are escaped, and nothing else may be.
    private static string Value(string text) =>
        SafeText.Of(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    // HOSTNAME, APP-NAME, MSGID: printable ASCII without space, or a hyphen.
    private static string Name(string text, int most)
    {
        var name = string.Concat(text.Where(c => c is > ' ' and <= '~').Take(most));
        return name.Length > 0 ? name : "-";
    }

    private static bool Ascii(string text) => text.All(char.IsAscii);

    // Never in the middle of a character: a byte that goes on one begins with the bits 10.
    private static ReadOnlySpan<byte> Shortened(byte[] text, int most)
    {
        var length = Math.Clamp(most, 0, text.Length);
        while (length > 0 && length < text.Length && (text[length] & 0xc0) == 0x80)
        {
            length--;
        }

        return text.AsSpan(0, length);
    }

    /// <summary>3 error, 4 warning, 6 informational.</summary>
    private static int Severity(string name) => name switch
    {
        "operation_contradicted" or "plugin_faulted" => 3,
        "finding_opened" or "finding_regressed" or "gap_opened" or "sensor_degraded" or "sensor_stopped" or "attachment_replaced" or "enumeration_disagreed"
            or "operation_failed" or "operation_indeterminate" or "plugin_refused" or "program_load_failed" => 4,
        _ => 6,
    };
}
