using System.ComponentModel;
using System.Diagnostics;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins.Bpftool;

/// <summary>
/// One of the host's own tools, run as a child process: no shell, an environment of our making, a deadline, and bounds to what it may say.
/// A child inherits the network namespace of the thread that starts it.
/// </summary>
/// <param name="name">What it is called in messages.</param>
/// <param name="path">Where it is.</param>
/// <param name="deadline">How long it may take; then it is ended.</param>
internal sealed class Tool(string name, string path, TimeSpan deadline, TimeProvider time)
{
    internal const int OutputLimit = 1 << 20;

    /// <summary>libbpf prints a verifier log of up to 16 MiB, and words around it.</summary>
    internal const int ErrorsLimit = 20 << 20;

    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PipePatience = TimeSpan.FromSeconds(2);

    internal string Name => name;

    internal string Path => path;

    /// <summary>
    /// Runs it to its end. The process is started by the calling thread, before this returns for the first time.
    /// Point of no return: the start. After it a cancellation ends the process, and what it had done by then is for the caller to look up.
    /// </summary>
    /// <param name="arguments">
    /// Each is one word for the tool, whatever it contains. bpftool takes what begins with a hyphen for an option wherever it stands (getopt(3)), as an
    /// interface named <c>--version</c>, unless a <c>--</c> stood before it; ip reads options before its command only.
    /// </param>
    /// <exception cref="Refusal">It cannot be started, so nothing was done.</exception>
    /// <exception cref="OperationCanceledException">Cancelled before it was started.</exception>
    internal Task<ToolAnswer> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var command = string.Join(' ', [name, .. arguments.Where(a => !a.StartsWith('-')).Take(2)]);
        return EndAsync(Start(arguments), command, cancellation);
    }

#pragma warning disable RS0030 // running the host's tools is what this plugin is for; they are run here and nowhere else in it
    private Process Start(IReadOnlyList<string> arguments)
    {
        RefuseUntrusted();
        var start = new ProcessStartInfo(path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment.Clear();
        start.Environment["LC_ALL"] = "C";
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception cause)
        {
            throw BpftoolWords.CannotStart(this, cause.NativeErrorCode);
        }
    }

    private async Task<ToolAnswer> EndAsync(Process process, string command, CancellationToken cancellation)
    {
        using (process)
        using (var tooLong = new CancellationTokenSource(deadline, time))
        using (var flooded = new CancellationTokenSource())
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(tooLong.Token, flooded.Token, cancellation))
        {
            // Disposing a process leaves open the streams that were used.
            using var outputs = process.StandardOutput;
            using var complaints = process.StandardError;
            process.StandardInput.Close();
            var output = BoundedText.ReadAsync(outputs.BaseStream, OutputLimit, flooded.Cancel);
            var errors = BoundedText.ReadAsync(complaints.BaseStream, ErrorsLimit, flooded.Cancel);
            var end = ToolEnd.Exited;
            try
            {
                await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                end = flooded.IsCancellationRequested ? ToolEnd.Flooded : tooLong.IsCancellationRequested ? ToolEnd.Deadline : ToolEnd.Cancelled;
                end = await KillAsync(process).ConfigureAwait(false) ? end : ToolEnd.Lingers;
            }

            // Somebody whom the tool started may still hold its pipes: what was said by then has to do.
            await ((Task)Task.WhenAll(output, errors)).WaitAsync(PipePatience, time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return new(command, end, end == ToolEnd.Lingers ? 0 : process.ExitCode, await SaidAsync(output).ConfigureAwait(false), await SaidAsync(errors).ConfigureAwait(false));
        }
    }

    private async Task<bool> KillAsync(Process process)
    {
        try
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(KillPatience, time, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // It ended by itself in this moment.
            return true;
        }
    }
#pragma warning restore RS0030

    private static async Task<string> SaidAsync(Task<string> reading) => reading.IsCompleted ? await reading.ConfigureAwait(false) : "";

    // It runs with all our rights: a file that others may write is theirs.
    private void RefuseUntrusted()
    {
        FileInfo file;
        try
        {
            file = new FileInfo(path);
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (!file.Exists)
            {
                throw BpftoolWords.CannotStart(this, Errnos.Enoent);
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw BpftoolWords.CannotStart(this, Errnos.Eacces);
        }

        if ((file.UnixFileMode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
        {
            throw BpftoolWords.WritableByOthers(this, file.FullName);
        }
    }
}
