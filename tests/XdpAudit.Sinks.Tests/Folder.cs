using System.Globalization;

namespace XdpAudit.Sinks.Tests;

/// <summary>A directory of one test, which only its owner may write.</summary>
internal sealed class Folder : IDisposable
{
    private static int _count;

    internal Folder()
    {
        Path = string.Create(CultureInfo.InvariantCulture, $"/tmp/xat-sinks-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    internal string Path { get; }

    internal string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, true);
}
