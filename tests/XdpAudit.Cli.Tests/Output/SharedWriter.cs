using System.Text;

namespace XdpAudit.Cli.Tests;

/// <summary>Keeps what is written, and may be read by a test while a command writes.</summary>
internal sealed class SharedWriter : TextWriter
{
    private readonly Lock _one = new();
    private readonly StringBuilder _written = new();

    public override Encoding Encoding => Encoding.Unicode;

    public override void Write(char value)
    {
        lock (_one)
        {
            _written.Append(value);
        }
    }

    public override void Write(char[] buffer, int index, int count)
    {
        lock (_one)
        {
            _written.Append(buffer, index, count);
        }
    }

    public override void Write(string? value)
    {
        lock (_one)
        {
            _written.Append(value);
        }
    }

    public override string ToString()
    {
        lock (_one)
        {
            return _written.ToString();
        }
    }
}
