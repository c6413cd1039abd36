namespace XdpAudit.Agent;

/// <summary>The last lines that a process wrote before it ended: mostly they say why.</summary>
internal sealed class LastWords
{
    private const int Lines = 12;
    private const int Letters = 200;
    private readonly Queue<string> _lines = new();

    internal void Add(string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(PluginRefusals.Shown(line.Length > Letters ? line[..Letters] : line).Trim());
            if (_lines.Count > Lines)
            {
                _lines.Dequeue();
            }
        }
    }

    /// <summary>In one line; empty when it wrote nothing.</summary>
    public override string ToString()
    {
        lock (_lines)
        {
            return string.Join(" / ", _lines);
        }
    }
}
