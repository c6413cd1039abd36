using System.Diagnostics;
using System.Globalization;
using XdpAudit.Testing;

namespace XdpAudit.Kernel.Tests;

/// <summary>
/// A C program of the test's own that does something, writes a line, and then holds on until its input ends: it goes with the test, also when
/// that is killed.
/// </summary>
internal sealed class Holder : IDisposable
{
    private readonly Process _process;

    internal Holder(string file, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Said = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{file} ended without a word, exit code {Ended(_process)}");
    }

    internal int Pid => _process.Id;

    /// <summary>The line it wrote when it was ready.</summary>
    internal string Said { get; }

    /// <summary>The numbers in that line.</summary>
    internal int[] Numbers => [.. Said.Split(' ').Where(w => int.TryParse(w, out _)).Select(w => int.Parse(w, CultureInfo.InvariantCulture))];

    /// <summary>Lets it go and waits until it has gone.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static int Ended(Process process)
    {
        process.WaitForExit();
        return process.ExitCode;
    }
}
