using System.Diagnostics;

namespace XdpAudit.Testing;

/// <summary>A process that keeps something until it is disposed, or until the test ends in any way: it waits for the end of its input.</summary>
internal sealed class Keeper : IDisposable
{
    private readonly Process _process;
    private bool _disposed;

    private Keeper(Process process, string[] answer)
    {
        _process = process;
        Pid = process.Id;
        Answer = answer;
    }

    /// <summary>Its pid, also under nsenter and unshare, which become the program they run.</summary>
    internal int Pid { get; }

    /// <summary>The words of its first line.</summary>
    internal string[] Answer { get; }

    internal bool Ended => _process.HasExited;

    internal static Keeper Start(string file, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        if (process.StandardOutput.ReadLine() is { } line)
        {
            return new(process, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        process.WaitForExit();
        var errors = process.StandardError.ReadToEnd();
        process.Dispose();
        throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} said nothing: {errors}");
    }

    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
