namespace XdpAudit.Cli;

/// <summary>How data is written.</summary>
internal enum OutputFormat
{
    /// <summary>For people: columns, or one member a line.</summary>
    Table,

    /// <summary>One JSON document; of a stream that has no end, one a line.</summary>
    Json,

    /// <summary>One JSON document a line: one for each member of a list.</summary>
    JsonLines,
}

/// <summary>The words for formats.</summary>
internal static class OutputFormats
{
    internal static readonly string[] Words = ["table", "json", "jsonl"];

    internal static OutputFormat Parse(string? word) => word switch
    {
        "json" => OutputFormat.Json,
        "jsonl" => OutputFormat.JsonLines,
        _ => OutputFormat.Table,
    };
}
