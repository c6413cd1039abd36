using System.Text.Json;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli;

/// <summary>Tells an error: what was tried, on what, why it failed, and the next step; to programs as the auditor's problem document.</summary>
internal sealed class ErrorText(Surroundings around, OutputFormat format)
{
    /// <summary>Writes it to the standard error and returns the exit code.</summary>
    internal int Tell(Problem problem, bool flushOutput = true)
    {
        if (flushOutput)
        {
            try
            {
                // What was written before the error is still data.
                around.Out.Flush();
            }
            catch (Exception e) when (e is OutputClosed or OutputFailed)
            {
                // The error itself is worth more than that the data could not be written.
            }
        }

        try
        {
            if (format == OutputFormat.Table)
            {
                Words(problem);
            }
            else
            {
                var json = JsonSerializer.SerializeToElement(problem, ApiJson.Default.Problem);
                JsonText.Write(around.Error, json, format);
            }

            around.Error.Flush();
        }
        catch (Exception e) when (e is OutputClosed or OutputFailed)
        {
            // Nobody is there to be told; the exit code still tells.
        }

        return ExitCode.Of(problem);
    }

    private void Words(Problem problem)
    {
        var page = new Page(around.Error, colours: false, around.Time.GetUtcNow());
        page.Line($"xdpaudit: {problem.Title}");
        var remedy = problem.Remedy ?? (problem.Candidates.Count > 0 ? "name one of these" : null);
        if (remedy is not null)
        {
            page.Line($"  next: {remedy}");
        }

        foreach (var candidate in problem.Candidates)
        {
            page.Line($"    {candidate}");
        }

        if (problem.Operation is { } operation)
        {
            OperationRenderer.Failure(operation, problem.Title, page);
        }
    }
}
