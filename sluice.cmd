@echo off
rem Runs the command line of Sluice on Windows: needs a JDK 25 (JAVA_HOME), builds with Maven what is
rem missing, and starts it. "sluice.cmd --help" lists the commands; docs\windows.md says more.
setlocal
set "root=%~dp0"
if "%root:~-1%"=="\" set "root=%root:~0,-1%"

if not defined JAVA_HOME (
    echo sluice: set JAVA_HOME to a JDK 25, for example Eclipse Temurin 1>&2
    exit /b 1
)
if not exist "%JAVA_HOME%\bin\javac.exe" (
    echo sluice: JAVA_HOME=%JAVA_HOME% is not a JDK 1>&2
    exit /b 1
)
set version=
for /f "usebackq tokens=2 delims==" %%v in (`findstr /b "JAVA_VERSION=" "%JAVA_HOME%\release"`) do set "version=%%~v"
for /f "tokens=1 delims=.-+" %%v in ("%version%") do set "major=%%v"
if not defined major set major=0
if %major% LSS 25 (
    echo sluice: JAVA_HOME=%JAVA_HOME% is Java %version%, not a JDK 25 or newer 1>&2
    exit /b 1
)

if not exist "%root%\bench\target\classpath" goto build
if not exist "%root%\bench\target\sluice-bench.jar" goto build
goto start

:build
where mvn >nul 2>nul
if errorlevel 1 (
    echo sluice: not built yet, and mvn is not in the PATH: install Apache Maven 3.8 or newer 1>&2
    exit /b 1
)
echo building... 1>&2
pushd "%root%"
call mvn -B -q -Dmaven.test.skip=true -DskipTests -Dspotless.check.skip=true package 1>&2
set built=%errorlevel%
popd
if not "%built%"=="0" (
    echo sluice: the build failed, see above 1>&2
    exit /b 1
)

:start
rem A file of arguments: the class path is longer than a line of this shell may be.
set "arguments=%root%\bench\target\java-arguments"
set /p dependencies=<"%root%\bench\target\classpath"
> "%arguments%" echo -cp "%root:\=/%/bench/target/sluice-bench.jar;%dependencies:\=/%"
"%JAVA_HOME%\bin\java" --enable-native-access=ALL-UNNAMED "-Dsluice.home=%root%" "@%arguments%" dev.sluice.bench.Main %*
exit /b %errorlevel%
