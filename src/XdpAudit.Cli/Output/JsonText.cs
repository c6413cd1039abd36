using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace XdpAudit.Cli;

/// <summary>
/// Writes the auditor's JSON as it came, members that this version does not know included, so that a newer auditor is not cut down to what
/// an older program understands.
/// </summary>
internal static class JsonText
{
    // Commands in remedies are full of quotes and redirections; the default encoder would make \u0027 of them. What a terminal must not get
    // is escaped by Printable.
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };
    private static readonly JsonWriterOptions Compact = Indented with { Indented = false };

    /// <summary>A document over several lines, without a newline at the end.</summary>
    internal static string Document(JsonElement element) => Text(element, Indented);

    /// <summary>A document on one line, without a newline at the end.</summary>
    internal static string OneLine(JsonElement element) => Text(element, Compact);

    /// <summary>Writes a snapshot in a format: a list as an array or as one line for each member.</summary>
    internal static void Write(TextWriter writer, JsonElement element, OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            writer.Write(Document(element) + "\n");
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var member in element.EnumerateArray())
            {
                writer.Write(OneLine(member) + "\n");
            }
        }
        else
        {
            writer.Write(OneLine(element) + "\n");
        }
    }

    private static string Text(JsonElement element, JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            element.WriteTo(json);
        }

        return Printable.Json(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
