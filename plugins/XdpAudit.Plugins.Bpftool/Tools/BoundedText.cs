using System.Text;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>Reads what a process says up to a limit; beyond it the rest is not read and the process has to end.</summary>
internal static class BoundedText
{
    internal static async Task<string> ReadAsync(Stream stream, int limit, Action overflown)
    {
        var text = new MemoryStream();
        var buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var length)
            {
                text.Write(buffer, 0, (int)Math.Min(length, limit - text.Length));
                if (text.Length >= limit)
                {
                    overflown();
                    break;
                }
            }
        }
        catch (Exception cause) when (cause is IOException or ObjectDisposedException)
        {
            // The process is gone and its pipe was given up: what it said so far is what it said.
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }
}
